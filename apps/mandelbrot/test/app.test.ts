// One file, so that the app is bundled once.
import "./app/answers.js";
import "./app/clouds.js";
import "./app/liars.js";
import "./app/load.js";
import "./app/stage.js";
