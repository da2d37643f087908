import js from "@eslint/js";
import prettier from "eslint-config-prettier";
import tseslint from "typescript-eslint";

/**
 * Imports point one way: stacks -> components -> SDKs. Nothing but the rehearsal and the tests knows that a cloud can be
 * simulated. For each folder, the folders that it must not import from.
 */
const forbidden = {
  components: ["infra", "stacks", "delivery", "ci", "policy", "rehearsal", "test"],
  infra: ["components", "stacks", "delivery", "ci", "policy", "rehearsal", "test"],
  stacks: ["delivery", "ci", "policy", "rehearsal", "test"],
  policy: ["components", "stacks", "delivery", "ci", "rehearsal", "test"],
  rehearsal: ["components", "stacks", "test"],
  delivery: ["components", "stacks", "ci", "policy", "rehearsal", "test"],
  ci: ["components", "stacks", "rehearsal", "test"],
};

/**
 * What may be imported all the same: the components' checks of arguments, to which infra/settings holds the settings, and which
 * load no SDK (test/infra/settings/imports.test.ts); and what identities may do in a cluster, which the rehearsal makes a
 * document of.
 */
const allowed = {
  infra:
    "/(node-counts|aws/(cluster-validation|subnet-plan)|azure/(cluster-args|network-plan)|gcp/(node-counts|ranges))$",
  rehearsal: "/gitops/(preview-rules|rollout-rules|rule)$",
};

const directions = Object.entries(forbidden).map(([folder, others]) => ({
  files: [`${folder}/**/*.ts`],
  rules: {
    "no-restricted-imports": [
      "error",
      {
        patterns: others.map((other) => ({
          // Only ways out of the folder: components/<cloud> may well have a folder of such a name inside.
          regex: `^(\\.\\./)+${other}${folder in allowed ? `(?!${allowed[folder]})` : ""}(/|$)`,
          message: `${folder}/ does not import from ${other}/: see docs/architecture.md.`,
        })),
      },
    ],
  },
}));

export default tseslint.config(
  { ignores: [".trinity/**", "node_modules/**", "apps/*/assembly/**", "apps/*/dist/**"] },
  js.configs.recommended,
  {
    files: ["**/*.ts"],
    extends: [...tseslint.configs.strictTypeChecked, ...tseslint.configs.stylisticTypeChecked],
    languageOptions: {
      parserOptions: {
        project: ["./tsconfig.check.json", "./apps/*/tsconfig.json"],
        tsconfigRootDir: import.meta.dirname,
      },
    },
    rules: {
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
  ...directions,
  prettier,
);
