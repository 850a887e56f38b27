// Messages of Firebase's emulator of task queue functions, whose own ones are JSON without a schema.

import { message } from './define.ts';
import { jsonObject, string } from './fields.ts';

export const RegisterFunctionRequest = message('firebase.RegisterFunctionRequest', {
  name: string(1),
  /** The whole body. */
  config: jsonObject(2),
});
