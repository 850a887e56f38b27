// An application on the baseline: adds push and pull tasks, and leases and deletes the pull tasks, until its standard input ends.
// Prints what it has added and what it has done, as JSON.

const [library, url] = process.argv.slice(2);
const { TaskQueues } = await import(library);

const queues = new TaskQueues({ database: url });
const push = queues.queue('default');
const pull = queues.queue('pull');
const report = { pushed: [], pulled: [], done: [] };
let over = false;
process.stdin.on('end', () => (over = true)).resume();

async function adding() {
  for (let n = 0; !over; n++) {
    await push.add({ url: `/push/${n}` });
    report.pushed.push(`/push/${n}`);
    await pull.add([{ payload: `a${n}` }, { payload: `b${n}` }]);
    report.pulled.push(`a${n}`, `b${n}`);
  }
}

async function working() {
  for (;;) {
    const ending = over;
    const tasks = await pull.leaseTasks({ leaseSeconds: 60, maxTasks: 10 });
    await pull.deleteTasks(tasks);
    report.done.push(...tasks.map(({ payload }) => Buffer.from(payload).toString()));
    if (ending && tasks.length === 0) return;
  }
}

console.log('working');
await Promise.all([adding(), working()]);
await working(); // what was added last
console.log(JSON.stringify(report));
await queues.close();
