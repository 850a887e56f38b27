// Where the changes come from. Two tabs of a browser hold a stream each, since a browser opens six connections to a
// server at most and acts need some; the others ask every two seconds. A hidden tab does neither.
{
  const { live } = window.pgtaskqueue;
  const SLOTS = ['pgtaskqueue-live-1', 'pgtaskqueue-live-2'];
  const POLL_MS = 2000;
  const MOST_WAIT_MS = 10000;
  const page = location.href.slice(document.baseURI.length - 1).replace(/#.*/, '');
  /** Ends the stream or the polls. */
  let following;

  async function ask(more, signal) {
    const address = `live?page=${encodeURIComponent(page)}&since=${live.version}${more}`;
    const response = await fetch(address, { signal, cache: 'no-store' });
    if (response.ok) return response;
    if (response.status === 401 || response.status === 403) throw new Error('You are no longer signed in.');
    throw new Error(`The server answers with ${response.status}.`);
  }

  function take(message) {
    if (message.problem === undefined) live.recover();
    else live.lose(`${message.problem}.`, Date.now() + 1000);
    live.receive(message);
  }

  async function poll(signal) {
    take(await (await ask('&once', signal)).json());
  }

  async function stream(signal) {
    const response = await ask('', signal);
    const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
    let rest = '';
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return;
      const events = (rest + value).split('\n\n');
      rest = events.pop();
      for (const event of events) if (event.startsWith('data: ')) take(JSON.parse(event.slice('data: '.length)));
    }
  }

  /** Uses one of the browser's slots for streams once it is free. Without locks, over plain http, there is none. */
  function whenFree(signal, use) {
    const waiting = new AbortController();
    signal.addEventListener('abort', () => waiting.abort());
    const granted = async () => {
      if (waiting.signal.aborted) return;
      waiting.abort();
      await use();
    };
    for (const slot of SLOTS) navigator.locks?.request(slot, { signal: waiting.signal }, granted).catch(() => {});
  }

  const sleep = (ms, signal) =>
    new Promise((resolve) => {
      setTimeout(resolve, ms);
      signal.addEventListener('abort', resolve);
    });

  /** Repeats until aborted. After failures it waits longer and longer. */
  async function repeat(signal, once, pauseMs) {
    let failures = 0;
    while (!signal.aborted) {
      try {
        await once(signal);
        failures = 0;
        await sleep(pauseMs, signal);
      } catch (error) {
        if (signal.aborted) return;
        const wait = Math.min(MOST_WAIT_MS, 500 * 2 ** failures);
        failures = live.lose(error instanceof TypeError ? 'The connection is lost.' : error.message, Date.now() + wait);
        await sleep(wait, signal);
      }
    }
  }

  live.follow = () => {
    following?.abort();
    following = undefined;
    if (document.hidden) return;
    const [all, polling] = [new AbortController(), new AbortController()];
    all.signal.addEventListener('abort', () => polling.abort());
    following = all;
    void repeat(polling.signal, poll, POLL_MS);
    whenFree(all.signal, () => {
      polling.abort();
      return repeat(all.signal, stream, 100);
    });
  };

  document.addEventListener('visibilitychange', live.follow);
  addEventListener('pagehide', () => following?.abort());
  addEventListener('pageshow', ({ persisted }) => persisted && live.follow());
  if (document.getElementById('live')) live.follow();
}
