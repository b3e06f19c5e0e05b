'use strict';

/*
 * Runs osls again and again in one process, because each start of osls takes two seconds to load what
 * it consists of. The socket, whose number is the argument, gives a line of JSON with a folder and
 * arguments, and takes one with what osls told and its exit status.
 */
const fs = require('fs');
const { constants: { signals } } = require('os');
const path = require('path');

const SOCKET = Number(process.argv[2]);
const OSLS = path.dirname(require.resolve('osls/package.json'));
// These hold what osls has read of a service, and the program itself, which runs as it is loaded.
const OF_A_RUN = ['bin', 'scripts', 'lib/configuration', 'lib/cli/resolve-input.js', 'lib/utils/log-deprecation.js']
  .map((name) => path.join(OSLS, name));
let told = null;

for (const name of ['stdout', 'stderr']) {
  process[name].write = (text, ...rest) => {
    told[name] += text;
    rest.find((each) => typeof each === 'function')?.();
    return true;
  };
}

const readLine = () => {
  const byte = Buffer.alloc(1);
  const bytes = [];
  while (fs.readSync(SOCKET, byte) && byte[0] !== 10) bytes.push(byte[0]);
  return Buffer.from(bytes).toString();
};

const answer = () => {
  if (told) fs.writeSync(SOCKET, `${JSON.stringify({ ...told, status: process.exitCode ?? 0 })}\n`);
  told = null;
};

const forget = () => {
  for (const file of Object.keys(require.cache)) {
    const isPlugin = !file.includes(`${path.sep}node_modules${path.sep}`);
    if (isPlugin || OF_A_RUN.some((each) => file.startsWith(each))) delete require.cache[file];
  }
  for (const event of ['uncaughtException', ...Object.keys(signals)]) process.removeAllListeners(event);
  process.exitCode = 0;
};

const run = () => {
  const line = readLine();
  if (!line) process.exit();
  const { folder, given } = JSON.parse(line);
  forget();
  told = { stdout: '', stderr: '' };
  process.chdir(folder);
  process.argv.splice(2, Infinity, ...given);
  require(path.join(OSLS, 'bin', 'serverless.js'));
};

// A run is over when nothing is left to do, or when osls leaves the process.
process.on('beforeExit', () => {
  answer();
  run();
});
process.on('exit', answer);
run();
