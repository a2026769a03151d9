// Before each file of tests: the modules of the last one are still there, with what they have remembered, though its window has gone.

import { vi } from "vitest";

vi.resetModules();
