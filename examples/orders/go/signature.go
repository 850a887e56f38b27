package main

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"net/http"
	"regexp"
	"sort"
	"strconv"
	"strings"
	"time"
)

const toleranceSeconds = 300

var (
	timestampForm = regexp.MustCompile(`^[0-9]{1,12}$`)
	signedHeader  = regexp.MustCompile(`^(?:x[^a-z0-9](?:appengine|cloudtasks)[^a-z0-9]|traceparent$)`)
)

// signingKeys returns the keys of one or more secrets, separated by spaces. During a rotation there are two.
func signingKeys(secrets string) (keys [][]byte, err error) {
	for _, secret := range strings.Fields(secrets) {
		if !strings.HasPrefix(secret, "whsec_") {
			return nil, errors.New("a signing secret must begin with whsec_")
		}
		key, err := base64.StdEncoding.DecodeString(strings.TrimPrefix(secret, "whsec_"))
		if err != nil {
			return nil, errors.New("a signing secret must be whsec_ and base64")
		}
		keys = append(keys, key)
	}
	if len(keys) == 0 {
		return nil, errors.New("PUSH_SECRET must have at least one signing secret, got none")
	}
	return keys, nil
}

// isGenuine tells whether a dispatcher with one of the keys sent this request: by its age and both of its signatures.
func isGenuine(keys [][]byte, r *http.Request, body []byte) bool {
	id, timestamp := r.Header.Get("webhook-id"), r.Header.Get("webhook-timestamp")
	if !timestampForm.MatchString(timestamp) {
		return false
	}
	sent, err := strconv.ParseInt(timestamp, 10, 64)
	age := time.Now().Unix() - sent
	if err != nil || age > toleranceSeconds || age < -toleranceSeconds {
		return false
	}
	digest := sha256.Sum256(body)
	lines := []string{"taskqueue v1", r.Method, r.RequestURI, id, timestamp, hex.EncodeToString(digest[:])}
	request := strings.Join(append(lines, signedHeaders(r.Header)...), "\n")
	content := append([]byte(id+"."+timestamp+"."), body...)
	return isSigned(keys, content, r.Header.Get("webhook-signature")) &&
		isSigned(keys, []byte(request), r.Header.Get("taskqueue-signature"))
}

// signedHeaders returns the task's headers in the order of their names. Whatever could be taken for one of them is
// among them.
func signedHeaders(header http.Header) (lines []string) {
	values := map[string]string{}
	var names []string
	for given, all := range header {
		name, value := strings.ToLower(given), strings.Trim(strings.Join(all, ", "), " \t")
		if value != "" && signedHeader.MatchString(name) {
			values[name] = value
			names = append(names, name)
		}
	}
	sort.Strings(names)
	for _, name := range names {
		lines = append(lines, name+":"+values[name])
	}
	return lines
}

// isSigned tells whether one of the signatures, separated by spaces, was made with one of the keys.
func isSigned(keys [][]byte, text []byte, signatures string) bool {
	for _, key := range keys {
		mac := hmac.New(sha256.New, key)
		mac.Write(text)
		expected := "v1," + base64.StdEncoding.EncodeToString(mac.Sum(nil))
		for _, given := range strings.Fields(signatures) {
			if hmac.Equal([]byte(given), []byte(expected)) {
				return true
			}
		}
	}
	return false
}
