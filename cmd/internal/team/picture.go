package team

import (
	"encoding/base64"
	"fmt"
	"net/url"
	"regexp"
	"strings"

	"gopkg.in/yaml.v3"

	"missive/cmd/internal/setup"
	"missive/widget/problem"
)

// maxPictureBytes leaves room for others in the 4 KB of a user's attributes.
const maxPictureBytes = 3 << 10

func (r *reader) picture(n *yaml.Node, path string) string {
	text, ok := r.text(n, path)
	if !ok {
		return ""
	}
	switch u, err := url.Parse(text); {
	case len(text) > maxPictureBytes:
		r.problem(n, path, fmt.Sprintf("the picture takes %d bytes, and Twilio has room for %d", len(text), maxPictureBytes), "put it on a web server, and write its address with https")
	case strings.HasPrefix(text, "data:"):
		if wrong := checkData(text); wrong != nil {
			r.problem(n, path, wrong.Message, wrong.Hint)
		}
	case err != nil || u.Scheme != "https" || u.Host == "" || u.User != nil:
		r.problem(n, path, problem.Quote(text)+" is not the address of a picture", "write it with https, as visitors' browsers load it from there")
	}
	return text
}

// dataPicture matches pictures that stand in the address themselves.
var dataPicture = regexp.MustCompile(`^data:(image/(?:avif|gif|jpeg|png|svg\+xml|webp))((?:;[a-z0-9=-]+)*),([^#]*)`)

// checkData tells what is wrong with a picture that stands in its address, nil for nothing.
func checkData(address string) *problem.Problem {
	parts := dataPicture.FindStringSubmatch(address)
	if parts == nil {
		return problem.New(problem.Quote(address)+" is not a picture",
			"begin it with data:image/, one of png, jpeg, gif, webp, avif and svg+xml, and a comma before what is in it, or write its address with https")
	}
	data := parts[3]
	if plain, err := url.PathUnescape(data); err == nil {
		data = plain
	}
	if strings.HasSuffix(parts[2], ";base64") {
		decoded, err := base64.RawStdEncoding.DecodeString(strings.TrimRight(strings.Join(strings.Fields(data), ""), "="))
		if err != nil {
			return problem.New("the picture is not whole: its data is no Base64", "copy all of it, or put the picture on a web server, and write its address with https")
		}
		data = string(decoded)
	}
	return setup.CheckPicture(parts[1], []byte(data))
}
