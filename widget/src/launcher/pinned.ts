// The entry of missive.<hash>.js, which a pinned snippet loads: the launcher, with INTEGRITY set.

import "./launcher";
