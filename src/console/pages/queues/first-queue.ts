// What an empty list teaches.

/** Shown to be copied; nothing runs it here. */
export const FIRST_QUEUE = `select taskqueue.create_queue('mail', rate => '5/s');
select taskqueue.add('mail', url => '/send', payload => 'hello');`;
