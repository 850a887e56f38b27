-- 0028_audit_request: the request an act came with, so that the audit can be matched with the logs of proxies and
-- clients.
alter table taskqueue._audit add column request_id text;  -- null: not over HTTP
