// Processes of the machine: whether they live, and signals to them.

/** Whether a process with this id runs, of whatever user. */
export function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

/** Signals a process. Undefined, or one that has ended: does nothing. */
export function signalProcess(pid: number | undefined, signal: NodeJS.Signals): void {
  try {
    if (pid !== undefined) process.kill(pid, signal);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}

/** Signals a process that was started in a group of its own, and those that it has started. */
export function signalGroup(pid: number | undefined, signal: NodeJS.Signals): void {
  signalProcess(process.platform === 'win32' || pid === undefined ? pid : -pid, signal);
}
