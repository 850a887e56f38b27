// The page of the sample application: a form to place an order, and the list of orders with the state of their tasks.

import { html } from 'hono/html';
import type { Order } from './orders.ts';

const STYLE = `
  :root { color-scheme: light dark; font: 17px/1.55 system-ui, sans-serif }
  body { max-width: 46rem; margin: 3rem auto; padding: 0 1.2rem }
  h1 { font-weight: 600; letter-spacing: -0.01em }
  form { display: flex; gap: 0.6rem; align-items: end; margin: 2rem 0 }
  label { display: grid; gap: 0.2rem; flex: 1 }
  input, button { font: inherit; padding: 0.5rem 0.8rem; border: 1px solid GrayText; border-radius: 0.4rem }
  button { cursor: pointer }
  table { border-collapse: collapse; width: 100% }
  th, td { text-align: left; padding: 0.45rem 0.6rem 0.45rem 0; border-bottom: 1px solid color-mix(in srgb, currentColor 18%, transparent) }
  code { font-size: 0.85em; overflow-wrap: anywhere }
`;

/** The whole page. While an order waits for its task, the page refreshes itself without a script. */
export function ordersPage(orders: readonly Order[]) {
  const waiting = orders.some((order) => order.taskState !== null);
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
<p>Placing an order inserts a row and enqueues a task in one PostgreSQL transaction. Once it has committed, the task is sent
to this application as <code>POST /tasks/confirm</code>, which confirms the order.</p>
<form method="post" action="/orders">
<label>What would you like? <input name="item" required maxlength="80" value="A pot of tea"></label>
<button>Place order</button>
</form>
${orders.length === 0 ? html`<p>No orders yet.</p>` : ordersTable(orders)}
</main>
</body>
</html>`;
}

function ordersTable(orders: readonly Order[]) {
  return html`<table>
<thead><tr><th scope="col">Order</th><th scope="col">Item</th><th scope="col">Task</th><th scope="col">Status</th></tr></thead>
<tbody>${orders.map(orderRow)}</tbody>
</table>`;
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
