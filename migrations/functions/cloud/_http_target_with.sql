-- _http_target_with: a queue's override for HTTP tasks with some of its parts replaced. A part that is missing in what
-- is given is removed; of the two tokens, one takes the place of the other.
--
-- Arguments  parts  paths of the JSON, such as uriOverride.host
create or replace function taskqueue._http_target_with(stored jsonb, given jsonb, parts text[]) returns jsonb
language plpgsql immutable as $$
declare
  made jsonb := coalesce(stored, '{}');
  part text;
  path text[];
begin
  foreach part in array parts loop
    path := string_to_array(part, '.');
    if given #> path is null then
      made := made #- path;
      continue;
    end if;
    if path[1] = 'oidcToken' then
      made := made - 'oauthToken'::text;
    elsif path[1] = 'oauthToken' then
      made := made - 'oidcToken'::text;
    end if;
    for depth in 1 .. cardinality(path) - 1 loop
      if made #> path[1 : depth] is null then
        made := jsonb_set(made, path[1 : depth], '{}');
      end if;
    end loop;
    made := jsonb_set(made, path, given #> path);
  end loop;
  return made;
end
$$;
