/*
 * What stands between the browser and the emulator: it loses requests and answers, and lets them
 * wait. To the browser these are failures of the network, because its socket is destroyed.
 */
import { once } from 'node:events';
import http from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';

/* The emulator starts so many workers of each function, and each start takes a second or more. */
export const MOST_AT_ONCE = 3;

/** Lets few requests at once through to the emulator, for all proxies of a program. */
export class Gate {
  #free;
  #waiting = [];

  constructor(most = MOST_AT_ONCE) {
    this.#free = most;
  }

  /** Return what `send` does when it is its turn. */
  async pass(send) {
    if (this.#free > 0) this.#free -= 1;
    else await new Promise((resolve) => this.#waiting.push(resolve));
    try {
      return await send();
    } finally {
      const next = this.#waiting.shift();
      if (next) next();
      else this.#free += 1;
    }
  }
}

/** Stops one exchange, before its request goes on or before its answer goes back. */
class Hold {
  constructor(method, path, what) {
    Object.assign(this, { method, path, what });
    this.arrived = new Promise((resolve) => { this.arrive = resolve; });
    this.ended = new Promise((resolve) => { this.end = resolve; });
  }

  release() { this.end('go on'); }

  lose() { this.end('lose'); }
}

export class Proxy {
  /** What happened to each request: {method, path, proof, referer, status, name}; the status is
   *  0 for one that did not reach the emulator. */
  exchanges = [];
  /** Returns {loseRequest, loseAnswer, delayMs} for a request, or the `answer` that it gets without
   *  the emulator, or how the answer of the emulator is to `change`: {status, headers, body}.
   *  Nothing happens to a request without it. */
  faults = () => ({});
  /** Whether the emulator is told the host that the browser has asked. */
  keepsHost = false;
  /** A request that would wait for longer is lost. */
  longestWaitMs = Infinity;
  #holds = [];
  #agent = new http.Agent({ keepAlive: true });

  constructor(upstream, gate) {
    this.upstream = new URL(upstream);
    this.gate = gate;
    this.server = http.createServer((request, response) => {
      this.#serve(request, response).catch(() => response.destroy());
    });
  }

  async listen() {
    this.server.listen(0, '127.0.0.1');
    await once(this.server, 'listening');
    this.baseUrl = `http://127.0.0.1:${this.server.address().port}${this.upstream.pathname}`;
    return this;
  }

  close() {
    this.#agent.destroy();
    this.server.close();
    this.server.closeAllConnections();
  }

  /** Stop the next request of this kind, or the `answer` to one that succeeded, until it is
   *  released or lost. */
  hold(method, path, what = 'answer') {
    const hold = new Hold(method, path, what);
    this.#holds.push(hold);
    return hold;
  }

  /** How often a request of this kind reached the emulator. */
  count(method, path) {
    return this.exchanges.filter((one) => one.method === method && one.path === path
                                          && one.status).length;
  }

  async #serve(request, response) {
    const body = Buffer.concat(await request.toArray());
    const path = request.url.slice(this.upstream.pathname.length);
    const exchange = { method: request.method, path, proof: request.headers.dpop,
                       referer: request.headers.referer ?? '', status: 0, name: '' };
    this.exchanges.push(exchange);
    const fault = this.faults(exchange);
    const hold = this.#taken(exchange);
    const isGone = () => response.destroyed || request.socket.destroyed;
    if (fault.loseRequest || await stopped(hold, 'request', exchange)) return response.destroy();
    const since = performance.now();
    const isLate = () => performance.now() - since > this.longestWaitMs;
    const received = fault.answer ?? await this.gate.pass(
      () => (isGone() || isLate() ? undefined : this.#forward(request, body)));
    if (!received) return response.destroy();
    const answer = fault.change?.(received) ?? received;
    Object.assign(exchange, { status: answer.status, name: nameIn(answer.body), body: answer.body });
    if (fault.delayMs) await sleep(fault.delayMs);
    // What was refused, such as a token that is no longer young, is tried again.
    if (hold?.what === 'answer' && answer.status >= 300) this.#holds.push(hold);
    else if (await stopped(hold, 'answer', exchange)) return response.destroy();
    if (fault.loseAnswer) return response.destroy();
    // A browser sends a request again by itself when a socket that it had used before breaks.
    response.writeHead(answer.status, { ...answer.headers, connection: 'close' });
    return response.end(answer.body);
  }

  #taken({ method, path }) {
    const index = this.#holds.findIndex((hold) => hold.method === method && hold.path === path);
    return index < 0 ? undefined : this.#holds.splice(index, 1)[0];
  }

  async #forward(request, body) {
    const { host, connection: _, ...kept } = request.headers;
    const headers = this.keepsHost ? { host, ...kept } : kept;
    const sent = http.request({
      agent: this.#agent, host: this.upstream.hostname, port: this.upstream.port,
      method: request.method, path: request.url, headers });
    sent.end(body);
    const [received] = await once(sent, 'response');
    const { connection: __, ...answered } = received.headers;
    return { status: received.statusCode, headers: answered,
             body: Buffer.concat(await received.toArray()) };
  }
}

/** Wait at the hold, if it is for this; return whether the exchange is lost there. */
async function stopped(hold, what, exchange) {
  if (hold?.what !== what) return false;
  hold.arrive(exchange);
  return await hold.ended === 'lose';
}

function nameIn(body) {
  try {
    return JSON.parse(body).name ?? '';
  } catch {
    return '';
  }
}
