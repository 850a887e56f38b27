-- 0039_trace_of_pull_tasks: leased tasks have headers: the trace context that they were added with.
alter type taskqueue.leased_task add attribute headers jsonb;
