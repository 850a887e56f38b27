// Methods that add tasks.

import { addTask } from '../store/tasks.ts';
import { bulkAdd, refuseTransaction } from './bulk-add.ts';
import { bytesOf, method, queueOf, textOf } from './method.ts';
import { addedTask } from './new-task.ts';
import { AddRequest, AddResponse, BulkAddRequest, BulkAddResponse } from './schema/add.ts';

export const addMethods = [
  method({
    ...{ name: 'BulkAdd', request: BulkAddRequest, response: BulkAddResponse, rights: ['enqueue'] },
    queues: ({ addRequest }) => addRequest.map(({ queueName }) => textOf(queueName)),
    run: async ({ addRequest }, { executor }) => {
      const results = await bulkAdd(executor, addRequest);
      const taskresult = results.map(({ code, name }) => ({
        result: code,
        ...(name === undefined || code !== 0 ? {} : { chosenTaskName: bytesOf(name) }),
      }));
      return { taskresult };
    },
  }),
  method({
    ...{ name: 'Add', request: AddRequest, response: AddResponse, rights: ['enqueue'] },
    queues: queueOf,
    run: async (request, { executor }) => {
      refuseTransaction(request);
      const [queue] = queueOf(request);
      const { name } = await addTask(executor, queue, addedTask(request), { transactional: false });
      return { chosenTaskName: bytesOf(name) };
    },
  }),
];
