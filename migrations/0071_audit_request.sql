-- 0071_audit_request: which request an act came with, so that the audit and the logs of proxies and clients can be read side by side.
alter table taskqueue._audit add column request_id text;  -- null: not over HTTP
