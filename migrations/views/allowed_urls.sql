create or replace view taskqueue.allowed_urls as select a.entry, a.created from taskqueue._allowed_urls as a;

comment on view taskqueue.allowed_urls is
  'One row per host, or range of addresses, that tasks may name themselves. None: tasks may name no host.';
comment on column taskqueue.allowed_urls.entry is 'A host name, *.example.com, *, an address or a CIDR.';
comment on column taskqueue.allowed_urls.created is 'When it was allowed.';
