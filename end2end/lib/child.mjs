// Programs that run beside the journeys, and end with them.

/// Processes that would outlive us if we were ended from outside.
const running = new Set();
process.on('exit', () => {
  for (const child of running) child.kill('SIGKILL');
});

/// It ends when we do.
export function keeps(child) {
  running.add(child);
  child.once('close', () => running.delete(child));
  return child;
}

/// Ends one now, without letting it finish anything.
export async function ends(child) {
  const ended = new Promise((done) => child.once('close', done));
  child.kill('SIGKILL');
  await ended;
}
