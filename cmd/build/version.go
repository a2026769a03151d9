package main

import (
	"cmp"
	"runtime"
	"runtime/debug"
)

// version is which commit the program was built from, as far as Go has noted it: "go run" and "go test" do not.
func version() string {
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return "missive (unknown), " + runtime.Version()
	}
	settings := map[string]string{}
	for _, s := range info.Settings {
		settings[s.Key] = s.Value
	}
	text := cmp.Or(settings["vcs.revision"], info.Main.Version, "(devel)")
	if settings["vcs.modified"] == "true" {
		text += " with changes"
	}
	if at := settings["vcs.time"]; at != "" {
		text += " of " + at
	}
	return "missive " + text + ", " + info.GoVersion
}
