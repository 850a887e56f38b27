-- _is_trace_context: whether headers are nothing but the trace context of the W3C, which pull tasks may have, too.
create or replace function taskqueue._is_trace_context(headers jsonb) returns boolean
language sql immutable as $$
  select case when headers is null then true when jsonb_typeof(headers) <> 'object' then false
    else not exists (select from jsonb_object_keys(headers) as k
                     where lower(k) not in ('traceparent', 'tracestate')) end
$$;
