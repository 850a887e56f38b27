-- 0042_cloud_operations: finished operations of the Cloud Tasks API, so that whoever started one can ask for it again,
-- of any server. Kept for a day.
create table taskqueue._cloud_operations (
  project text not null,
  location text not null,
  id text not null,
  queue text not null,
  created timestamptz not null,
  operation jsonb not null,                -- in the JSON of google.longrunning.Operation
  constraint _cloud_operations_pkey primary key (project, location, id)
);

create index _cloud_operations_created on taskqueue._cloud_operations (created); -- keep_cloud_operation
