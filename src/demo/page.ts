// The page of the sample application: a form to place an order, and the list of orders with the state of their tasks.

import { html } from 'hono/html';
import type { Order } from './orders.ts';

// The colours and their contrast are those of the console.
const STYLE = `
  :root { color-scheme: light dark; font: 16px/1.55 system-ui, sans-serif;
    --page: light-dark(#f4f6f7, #0e1316); --surface: light-dark(#fff, #151b1f); --line: light-dark(#dfe4e7, #263038);
    --strong: light-dark(#7e8a92, #687780); --ink: light-dark(#131a1f, #e7ecef); --dim: light-dark(#4d5a63, #a6b3bb);
    --flow: light-dark(#0a6074, #62c6da); --on-flow: light-dark(#fff, #06191e); --slow: light-dark(#845000, #f0b65c) }
  body { max-width: 48rem; margin: 3rem auto; padding: 0 1.2rem; background: var(--page); color: var(--ink) }
  h1, h2 { font-weight: 620; letter-spacing: -0.01em; margin: 0 0 .5rem }
  h2 { font-size: 1.05rem }
  p { margin: 0 0 1rem; color: var(--dim) }
  a { color: var(--flow) }
  section { background: var(--surface); border: 1px solid var(--line); border-radius: 10px; padding: 1.2rem; margin: 1.2rem 0 }
  form { display: flex; flex-wrap: wrap; gap: .6rem; align-items: end }
  label { display: grid; gap: .2rem; flex: 1 1 12rem }
  input, button { font: inherit; color: inherit; background: var(--surface); padding: .45rem .8rem; border: 1px solid var(--strong); border-radius: 6px; min-width: 0 }
  button { cursor: pointer; background: var(--flow); border-color: var(--flow); color: var(--on-flow) }
  button.plain { background: var(--surface); border-color: var(--strong); color: inherit }
  .held { color: var(--slow); font-weight: 600 }
  .scroll { overflow-x: auto }
  table { border-collapse: collapse; width: 100% }
  th, td { text-align: left; padding: .45rem .6rem .45rem 0; border-bottom: 1px solid var(--line) }
  code { font-size: .85em; overflow-wrap: anywhere }
`;

/** What the page shows beside the orders. */
interface Around {
  consoleUrl?: string | undefined;
  /** For how much longer an old snapshot is held; 0: none is; undefined: none can be. */
  heldSeconds?: number | undefined;
}

/** The whole page. While an order waits for its task, the page refreshes itself without a script. */
export function ordersPage(orders: readonly Order[], { consoleUrl, heldSeconds }: Around = {}) {
  const waiting = (heldSeconds ?? 0) > 0 || orders.some((order) => order.taskState !== null);
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
${waiting ? html`<meta http-equiv="refresh" content="2">` : ''}
<title>Orders</title>
<link rel="icon" href="data:,">
<style>${STYLE}</style>
</head>
<body>
<main>
<h1>Orders</h1>
${consoleUrl ? html`<p>The queues behind this shop are alive: <a href="${consoleUrl}">open the console</a>.</p>` : ''}
<section aria-labelledby="place"><h2 id="place">Place an order</h2>
<p>Placing an order inserts a row and enqueues a task in one PostgreSQL transaction. Once it has committed, the task is sent
to this application as <code>POST /tasks/confirm</code>, which confirms the order.</p>
<form method="post" action="/orders">
<label>What would you like? <input name="item" required maxlength="80" value="A pot of tea"></label>
<button>Place order</button>
</form></section>
${heldSeconds === undefined ? '' : snapshotPart(consoleUrl, heldSeconds)}
<section aria-labelledby="orders"><h2 id="orders">Latest orders</h2>
${orders.length === 0 ? html`<p>No orders yet.</p>` : ordersTable(orders)}</section>
</main>
</body>
</html>`;
}

function snapshotPart(consoleUrl: string | undefined, heldSeconds: number) {
  const health = consoleUrl ? html`<a href="${consoleUrl}/health">Health</a>` : 'the page Health of the console';
  return html`<section aria-labelledby="snapshot"><h2 id="snapshot">Hold an old snapshot</h2>
<p>A forgotten transaction keeps vacuum from removing dead rows, and slows many queues in PostgreSQL down. Hold one open for a minute, and
watch ${health}: it is named there, and the time of claims stays flat.</p>
<form method="post" action="/snapshot">${heldSeconds > 0 ? html`<span class="held">Held for another ${heldSeconds} s</span><button class="plain">Let go</button>` : html`<button class="plain">Hold a snapshot for a minute</button>`}</form></section>`;
}

function ordersTable(orders: readonly Order[]) {
  return html`<div class="scroll" tabindex="0" role="group" aria-label="Latest orders"><table>
<thead><tr><th scope="col">Order</th><th scope="col">Item</th><th scope="col">Task</th><th scope="col">Status</th></tr></thead>
<tbody>${orders.map(orderRow)}</tbody>
</table></div>`;
}

function orderRow(order: Order) {
  return html`<tr>
<td>${order.id}</td>
<td>${order.item}</td>
<td>${order.taskState ?? 'done'} <code>${order.task}</code></td>
<td>${order.confirmed ? html`✓ confirmed in ${order.confirmed.getTime() - order.placed.getTime()} ms` : '… waiting'}</td>
</tr>
`;
}
