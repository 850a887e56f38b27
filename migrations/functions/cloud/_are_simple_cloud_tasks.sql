-- _are_simple_cloud_tasks: whether nothing in these tasks needs a closer look: they pass all checks of
-- _build_cloud_task, and are stored as they are given.
create or replace function taskqueue._are_simple_cloud_tasks(tasks jsonb, bodies bytea[]) returns boolean
language sql volatile as $$
  select bool_and(
    t.method in ('POST', 'GET', 'HEAD', 'PUT', 'DELETE') and coalesce(octet_length(bodies[t.position]), 0) <= 1048576
    and length(t.url) <= 2083 and t.url ~ '^/([A-Za-z0-9_.%&=+~?-][]!"$-[^-~]*)?$'
    and (case when t.http is null then t.target is null
              else octet_length(t.http::text) < 16384 and t.target ~ '^https?://[a-z0-9.-]{1,253}(:[0-9]{1,5})?$' end)
    and octet_length(t.headers::text) < 16384
    and t.headers::text ~ '^[{](("[A-Za-z0-9-]+": "[]!#-[^-~ ]*")(, )?)*[}]$'
    and t.headers::text !~* ('"(x-appengine-|x-google-|x-cloudtasks-|webhook-|taskqueue-|proxy-|'
      || '(host|content-length|connection|keep-alive|te|trailer|transfer-encoding|upgrade|expect)":)')
    and t.retry is null and coalesce(t.dispatch_deadline between 15 and 1800, true)
    and coalesce(t.eta between timestamptz '1970-01-01 00:00:00+00' and at.now + interval '2592000 seconds', true)
  ) is true
  from (
    select n.position, n.value ->> 'url' as url, n.value ->> 'method' as method,
           coalesce(nullif(n.value -> 'headers', 'null'), '{}') as headers, nullif(n.value -> 'http', 'null') as http,
           n.value ->> 'target' as target, (n.value ->> 'eta')::timestamptz as eta,
           (n.value ->> 'dispatch_deadline')::double precision as dispatch_deadline, n.value ->> 'retry' as retry
    from jsonb_array_elements(tasks) with ordinality as n(value, position)) as t,
    lateral (select taskqueue._now() as now offset 0) as at
$$;
