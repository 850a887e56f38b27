# Goes through Cloud Tasks with Google's client for Ruby, and prints what it gets: ruby client.rb URL PARENT QUEUE
require 'google/apis/cloudtasks_v2'

Tasks = Google::Apis::CloudtasksV2
url, parent, id = ARGV
queue = "#{parent}/queues/#{id}"
service = Tasks::CloudTasksService.new
service.root_url = "#{url}/"

created = service.create_project_location_queue(parent, Tasks::Queue.new(name: queue))
puts "created #{created.name == queue} #{created.state} #{created.rate_limits.max_dispatches_per_second} #{created.retry_config.min_backoff}"
settings = Tasks::Queue.new(retry_config: Tasks::RetryConfig.new(max_attempts: 7))
updated = service.patch_project_location_queue(queue, settings, update_mask: 'retryConfig.maxAttempts')
puts "updated #{updated.rate_limits.max_dispatches_per_second} #{updated.retry_config.max_attempts}"
puts "paused #{service.pause_queue(queue).state}"

3.times do |n|
  request = Tasks::HttpRequest.new(url: 'https://example.com/', http_method: 'PUT', body: 'hello', headers: { 'X-A' => 'b' })
  task = Tasks::Task.new(name: "#{queue}/tasks/ruby-#{n}", http_request: request)
  service.create_task(queue, Tasks::CreateTaskRequest.new(task: task, response_view: 'FULL'))
end
listed = service.fetch_all(items: :tasks) do |token|
  service.list_project_location_queue_tasks(queue, page_size: 2, page_token: token, response_view: 'FULL')
end
listed.each do |task|
  request = task.http_request
  puts "listed #{task.name.delete_prefix(queue)} #{request.http_method} #{request.url} #{request.body} #{request.headers['X-A']} #{task.view}"
end
service.delete_project_location_queue_task("#{queue}/tasks/ruby-0")
begin
  service.get_project_location_queue_task("#{queue}/tasks/never")
rescue Google::Apis::ClientError => error
  puts "get #{error.status_code} #{JSON.parse(error.body)['error']['message']}"
end
service.delete_project_location_queue(queue)
