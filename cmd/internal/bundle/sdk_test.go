package bundle

import (
	"bytes"
	"strings"
	"testing"

	"missive/widget"
)

// sdkBudgetBytes is with brotli 11.
const sdkBudgetBytes = 61440

func TestTheBundledSDKKeepsItsBudget(t *testing.T) {
	b := build(t, Options{Sources: widget.Sources, SDK: true})
	sdk := asset(t, b, "assets/sdk.")
	size := brotliSize(t, sdk.Bytes)
	t.Logf("sdk: %d bytes, brotli %d of %d", len(sdk.Bytes), size, sdkBudgetBytes)
	if size > sdkBudgetBytes {
		t.Errorf("the SDK has %d bytes with brotli, its budget is %d", size, sdkBudgetBytes)
	}
	connection := asset(t, b, "assets/connection.").Bytes
	if !bytes.Contains(connection, []byte(strings.TrimPrefix(sdk.Name, "assets/"))) {
		t.Errorf("the connection does not load %s", sdk.Name)
	}
}

func TestTheBundledSDKRunsOnPlainHTTP(t *testing.T) {
	code := asset(t, build(t, Options{Sources: widget.Sources, SDK: true}), "assets/sdk.").Bytes
	if bytes.Contains(code, []byte("crypto.randomUUID()")) {
		t.Error("the SDK calls crypto.randomUUID, which only secure contexts have")
	}
	if !bytes.Contains(code, []byte("getRandomValues")) {
		t.Error("the SDK has no other source of random ids")
	}
}

func TestLicencesGoBesideTheBundledSDK(t *testing.T) {
	b := build(t, Options{Sources: widget.Sources, SDK: true})
	for _, f := range b.Assets {
		if strings.HasSuffix(f.Name, ".LICENSE.txt") {
			for _, name := range []string{"@twilio/conversations\n\n", "twilsock\n\n", "uuid\n\n", "Permission is hereby granted"} {
				if !bytes.Contains(f.Bytes, []byte(name)) {
					t.Errorf("%s doesn't have %q", f.Name, name)
				}
			}
			return
		}
	}
	t.Error("no licences")
}
