// One file, so that the kernel is compiled once.
import "./kernel/deep.js";
import "./kernel/fixed.js";
import "./kernel/paint.js";
import "./kernel/shallow.js";
