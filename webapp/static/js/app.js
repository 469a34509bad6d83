// One entry for every page: each module looks for what it serves and does nothing elsewhere.
import './keys.js';
import './rows.js';
import './people.js';
import './check.js';
import './counter.js';
import './find.js';
import './drafts.js';
import './small.js';
