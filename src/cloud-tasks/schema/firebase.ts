// Messages of Firebase's emulator of task queue functions, whose own ones are JSON without a schema.

import { message } from '../../protobuf/define.ts';
import { jsonObject, string } from '../../protobuf/fields.ts';

export const RegisterFunctionRequest = message('firebase.RegisterFunctionRequest', {
  name: string(1),
  /** The whole body. */
  config: jsonObject(2),
});
