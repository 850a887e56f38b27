// The load generator for measurements through Node: clients in this process, each doing one thing after another.

/**
 * Runs `clients` loops for a number of seconds; returns the sum of the turns' results. A turn that returns 0 ends its
 * loop.
 */
export async function nodeLoops(clients: number, seconds: number, turn: () => Promise<number>): Promise<number> {
  const ends = performance.now() + seconds * 1000;
  let total = 0;
  const loop = async () => {
    while (performance.now() < ends) {
      const done = await turn();
      if (done === 0) return;
      total += done;
    }
  };
  await Promise.all(Array.from({ length: clients }, loop));
  return total;
}
