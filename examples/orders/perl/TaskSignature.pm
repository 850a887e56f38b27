package TaskSignature;

# Proves that a request comes from the dispatcher: its age and both of its signatures.
use strict;
use warnings;
use Digest::SHA qw(hmac_sha256 sha256_hex);
use Exporter qw(import);
use MIME::Base64 qw(decode_base64 encode_base64);

our @EXPORT_OK = qw(signing_keys is_genuine);

my $TOLERANCE_SECONDS = 300;

# The keys of one or more secrets, separated by spaces. During a rotation there are two.
sub signing_keys {
    my ($secrets) = @_;
    my @keys;
    for my $secret (split ' ', $secrets) {
        $secret =~ m{\Awhsec_([A-Za-z0-9+/]+={0,2})\z} or die "a signing secret must be whsec_ and base64\n";
        push @keys, decode_base64($1);
    }
    die "PUSH_SECRET must have at least one signing secret, got none\n" unless @keys;
    return @keys;
}

# Whether a dispatcher with one of the keys sent this request, given as PSGI's environment and its body.
sub is_genuine {
    my ($keys, $env, $body) = @_;
    my $id = $env->{HTTP_WEBHOOK_ID} // '';
    my $timestamp = $env->{HTTP_WEBHOOK_TIMESTAMP} // '';
    return 0 unless $timestamp =~ /\A[0-9]{1,12}\z/ && abs(time - $timestamp) <= $TOLERANCE_SECONDS;
    my $request = join "\n", 'taskqueue v1', $env->{REQUEST_METHOD}, $env->{REQUEST_URI}, $id, $timestamp,
        sha256_hex($body), signed_headers($env);
    return is_signed($keys, "$id.$timestamp.$body", $env->{HTTP_WEBHOOK_SIGNATURE})
        && is_signed($keys, $request, $env->{HTTP_TASKQUEUE_SIGNATURE});
}

# The task's headers in the order of their names.
sub signed_headers {
    my ($env) = @_;
    my %headers;
    for my $variable (grep { /\AHTTP_(?:X_(?:APPENGINE|CLOUDTASKS)_.*|TRACEPARENT)\z/s } keys %$env) {
        my $value = $env->{$variable} =~ s/\A[ \t]+|[ \t]+\z//gr;
        $headers{ lc substr($variable, 5) =~ tr/_/-/r } = $value if $value ne '';
    }
    return map { "$_:$headers{$_}" } sort keys %headers;
}

# Whether one of the signatures, separated by spaces, was made with one of the keys.
sub is_signed {
    my ($keys, $text, $signatures) = @_;
    for my $key (@$keys) {
        my $expected = 'v1,' . encode_base64(hmac_sha256($text, $key), '');
        for my $given (split ' ', $signatures // '') {
            return 1 if equal($given, $expected);
        }
    }
    return 0;
}

# Compares in constant time: counts the bits in which the texts differ.
sub equal {
    my ($one, $other) = @_;
    return length $one == length $other && unpack('%32b*', $one ^ $other) == 0;
}

1;
