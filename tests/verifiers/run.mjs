/*
 * Asks verifiers of Node: reads a request a line as JSON, and writes its answer so. The verifiers
 * are the files in node/; each exports `verifier(issuer, audience)`, which gives what verifies a
 * token and, if it looks at them, the method, address and headers that came with it.
 * `seconds_ahead` puts forward the clocks by which they throw away keys.
 */
import { createInterface } from 'node:readline';
import { setTimeout } from 'node:timers/promises';

const [now, elapsed] = [Date.now, performance.now.bind(performance)];
const opened = new Map();
let ahead = 0;
Date.now = () => now() + ahead;
performance.now = () => elapsed() + ahead;

const verifierOf = async ({ name, instance, issuer, audience }) => {
  const key = JSON.stringify([name, instance, issuer, audience]);
  if (!opened.has(key)) {
    const { verifier } = await import(`./node/${name}.mjs`);
    opened.set(key, await verifier(issuer, audience));
  }
  return opened.get(key);
};

const setClocksAhead = async (milliseconds) => {
  if (milliseconds === ahead) return;
  ahead = milliseconds;
  // Some caches ask for the time once a millisecond only.
  await setTimeout(5);
};

/* As Node.js gives them: names in lower case, and values of one name joined. */
const headersOf = (sent) => sent.reduce((headers, [spelt, value]) => {
  const name = spelt.toLowerCase();
  return { ...headers, [name]: name in headers ? `${headers[name]}, ${value}` : value };
}, {});

const answer = async (request) => {
  await setClocksAhead(request.seconds_ahead * 1000);
  let verify;
  try {
    verify = await verifierOf(request);
  } catch (error) {
    return { broken: `${error.stack}` };
  }
  try {
    const { token, sent } = request;
    return { claims: await verify(token, { ...sent, headers: headersOf(sent.headers) }) };
  } catch (error) {
    return { refused: `${error.name}: ${error.message}`, challenge: error.challenge ?? '' };
  }
};

for await (const line of createInterface({ input: process.stdin })) {
  process.stdout.write(`${JSON.stringify(await answer(JSON.parse(line)))}\n`);
}
