# Proves that a request comes from the dispatcher: its age and both of its signatures.
require 'digest'
require 'openssl'

module TaskSignature
  TOLERANCE_SECONDS = 300
  SIGNED_HEADER = /\A(?:x[^a-z0-9](?:appengine|cloudtasks)[^a-z0-9]|traceparent\z)/

  # The keys of one or more secrets, separated by spaces. During a rotation there are two.
  def self.keys(secrets)
    keys = secrets.split.map do |secret|
      raise ArgumentError, 'a signing secret must begin with whsec_' unless secret.start_with?('whsec_')

      secret.delete_prefix('whsec_').unpack1('m0')
    end
    raise ArgumentError, 'PUSH_SECRET must have at least one signing secret, got none' if keys.empty?

    keys
  end

  # Whether a dispatcher with one of the keys sent this request. The path includes the query; the names of the headers
  # are in lower case.
  def self.genuine?(keys, method, path, headers, body)
    id, timestamp = headers.values_at('webhook-id', 'webhook-timestamp').map(&:to_s)
    return false unless timestamp.match?(/\A\d{1,12}\z/) && (Time.now.to_i - timestamp.to_i).abs <= TOLERANCE_SECONDS

    content = "#{id}.#{timestamp}.".b + body.b
    lines = ['taskqueue v1', method, path, id, timestamp, Digest::SHA256.hexdigest(body), *signed_headers(headers)]
    signed?(keys, content, headers['webhook-signature']) &&
      signed?(keys, lines.map(&:b).join("\n"), headers['taskqueue-signature'])
  end

  # The task's headers in the order of their names. Whatever could be taken for one of them is among them.
  def self.signed_headers(headers)
    headers.select { |name, value| name.match?(SIGNED_HEADER) && !value.empty? }.sort.map { |pair| pair.join(':') }
  end

  # Whether one of the signatures, separated by spaces, was made with one of the keys.
  def self.signed?(keys, text, signatures)
    expected = keys.map { |key| "v1,#{[OpenSSL::HMAC.digest('SHA256', key, text)].pack('m0')}" }
    signatures.to_s.split.product(expected).any? { |given, wanted| OpenSSL.secure_compare(given, wanted) }
  end

  private_class_method :signed_headers, :signed?
end
