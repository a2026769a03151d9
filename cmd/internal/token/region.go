package token

import (
	"cmp"
	"maps"
	"slices"
)

// defaultRegion is Twilio's own choice, which its API and tokens do without naming it.
const defaultRegion = "us1"

// edges are where the API of a region is called, by region. These are the regions that have Conversations, and the API of
// ie1 answers at its edge alone: https://www.twilio.com/docs/global-infrastructure/conversations-api-with-twilio-regions
var edges = map[string]string{defaultRegion: "", "ie1": "dublin"}

// Regions are those that have Conversations.
func Regions() []string { return slices.Sorted(maps.Keys(edges)) }

// EdgeOf returns where the API of a region is called; "" is Twilio's own choice.
func EdgeOf(region string) string { return edges[region] }

// region is the one of the service, by name.
func (t Twilio) region() string { return cmp.Or(t.Region, defaultRegion) }
