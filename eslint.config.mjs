import js from "@eslint/js";
import prettier from "eslint-config-prettier";
import importX from "eslint-plugin-import-x";
import tseslint from "typescript-eslint";

/** Imports point one way: stacks -> components -> SDKs. Nothing but the rehearsal and the tests knows of simulated clouds. */
const zones = [
  {
    target: "./components",
    from: ["./stacks", "./infra", "./rehearsal", "./delivery", "./test"],
    message: "A component knows no settings and no stack: pass it arguments.",
  },
  { target: "./infra", from: ["./stacks", "./components", "./rehearsal", "./delivery", "./test"] },
  { target: "./stacks", from: ["./rehearsal", "./delivery", "./test"] },
  { target: "./delivery", from: ["./stacks", "./components", "./rehearsal", "./test"] },
  { target: "./rehearsal", from: ["./stacks", "./components", "./test"] },
];

export default tseslint.config(
  { ignores: [".trinity/**", "node_modules/**"] },
  js.configs.recommended,
  {
    files: ["**/*.ts"],
    extends: [...tseslint.configs.strictTypeChecked, ...tseslint.configs.stylisticTypeChecked],
    plugins: { "import-x": importX },
    languageOptions: {
      parserOptions: { project: "./tsconfig.check.json", tsconfigRootDir: import.meta.dirname },
    },
    rules: {
      "import-x/no-restricted-paths": ["error", { zones }],
      "@typescript-eslint/restrict-template-expressions": ["error", { allowNumber: true, allowBoolean: true }],
      // Pulumi's programs hand whole classes around, and tests hold unbound methods of fakes.
      "@typescript-eslint/no-extraneous-class": "off",
      "@typescript-eslint/consistent-type-imports": "error",
    },
  },
  {
    // A test's outcome is reported by the runner; nobody awaits it.
    files: ["test/**/*.ts", "apps/*/test/**/*.ts"],
    rules: { "@typescript-eslint/no-floating-promises": "off" },
  },
  {
    files: ["**/*.cjs", "**/*.mjs", "**/*.js"],
    languageOptions: {
      globals: {
        require: "readonly",
        module: "writable",
        process: "readonly",
        console: "readonly",
        __dirname: "readonly",
        Buffer: "readonly",
        setTimeout: "readonly",
      },
    },
  },
  prettier,
);
