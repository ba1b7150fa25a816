import js from '@eslint/js';
import hooks from 'eslint-plugin-react-hooks';
import prettier from 'eslint-config-prettier/flat';
import { defineConfig, globalIgnores } from 'eslint/config';
import globals from 'globals';
import tseslint from 'typescript-eslint';

/*
 * Columns, JSON keys and properties are snake_case, one word from the table to the wire (CONTRIBUTING.md); names that
 * exist only in the code are camelCase. Destructuring and object keys keep the existing names.
 */
const naming = [
  'error',
  { selector: 'default', format: ['camelCase'], leadingUnderscore: 'allow' },
  { selector: 'import', format: null },
  { selector: 'variable', modifiers: ['const', 'global'], format: ['camelCase', 'UPPER_CASE', 'PascalCase'] },
  { selector: 'variable', modifiers: ['const', 'exported'], format: ['camelCase', 'UPPER_CASE', 'PascalCase'] },
  { selector: ['variable', 'parameter'], modifiers: ['destructured'], format: null },
  // A variable can have the name of a column, as in `const user_id = ...`, so that object shorthand keeps the word.
  {
    selector: ['variable', 'parameter'],
    format: ['camelCase', 'snake_case', 'PascalCase'],
    leadingUnderscore: 'allow',
  },
  // Decorators are functions with a PascalCase name.
  { selector: 'function', format: ['camelCase', 'PascalCase'] },
  { selector: 'typeLike', format: ['PascalCase'] },
  { selector: ['classMethod', 'classProperty', 'accessor'], format: ['camelCase', 'snake_case', 'UPPER_CASE'] },
  { selector: ['objectLiteralProperty', 'objectLiteralMethod', 'typeProperty', 'typeMethod'], format: null },
  { selector: 'parameterProperty', format: ['camelCase', 'snake_case'] },
  { selector: 'enumMember', format: ['snake_case', 'PascalCase'] },
];

const noEnvironment = {
  object: 'process',
  property: 'env',
  message: 'Only src/platform/config/config.ts reads the environment; inject CONFIG instead.',
};

const oneCalendar = {
  selector: "TemplateElement[value.raw=/AT TIME ZONE\\s+(?!'UTC')/i]",
  message:
    "Time zone rules belong in src/platform/values/calendar.ts: pass instants to SQL, or use AT TIME ZONE 'UTC'.",
};

const ownMembers = {
  selector: 'SpreadElement > :matches(ObjectExpression, ArrayExpression)',
  message: 'Write the members themselves; the formatter decides on the lines.',
};

export default defineConfig(
  globalIgnores(['dist', 'coverage', 'web/dist', '**/*.gen.ts', 'src/generated', '.data']),
  { linterOptions: { reportUnusedDisableDirectives: 'error' } },
  js.configs.recommended,
  { files: ['**/*.mjs'], languageOptions: { globals: globals.node } },
  {
    files: ['**/*.ts', '**/*.tsx'],
    extends: [tseslint.configs.strictTypeChecked, tseslint.configs.stylisticTypeChecked],
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    rules: {
      '@typescript-eslint/naming-convention': naming,
      '@typescript-eslint/consistent-type-imports': ['error', { fixStyle: 'inline-type-imports' }],
      '@typescript-eslint/no-explicit-any': 'error',
      '@typescript-eslint/ban-ts-comment': 'error',
      '@typescript-eslint/explicit-module-boundary-types': 'off',
      // Nest modules are empty classes.
      '@typescript-eslint/no-extraneous-class': ['error', { allowWithDecorator: true }],
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true, allowBoolean: true }],
      '@typescript-eslint/consistent-type-definitions': 'off',
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', varsIgnorePattern: '^_' }],
      // Decorators read the declared type, even if it could be inferred.
      '@typescript-eslint/no-inferrable-types': ['error', { ignoreProperties: true }],
      // It requires the `!` that no-non-null-assertion forbids.
      '@typescript-eslint/non-nullable-type-assertion-style': 'off',
      // Row classes describe plain objects (class-validator and OpenAPI need a class); rows are never created with
      // `new`.
      '@typescript-eslint/no-misused-spread': 'off',
      '@typescript-eslint/no-unsafe-class-instance-assignment': 'off',
      '@typescript-eslint/no-confusing-void-expression': ['error', { ignoreArrowShorthand: true }],
      '@typescript-eslint/prefer-nullish-coalescing': ['error', { ignorePrimitives: { string: true } }],
      // Environment variables are index signatures: tsc requires process.env['X'].
      '@typescript-eslint/dot-notation': 'off',
      '@typescript-eslint/unified-signatures': 'off',
      'max-lines': ['error', { max: 300 }],
      'max-lines-per-function': ['error', { max: 60 }],
      'max-params': 'off',
      '@typescript-eslint/max-params': ['error', { max: 6 }],
      complexity: ['error', { max: 15 }],
      'max-depth': ['error', { max: 3 }],
      'no-console': 'error',
      eqeqeq: 'error',
      'no-warning-comments': ['error', { terms: ['todo', 'fixme', 'xxx'] }],
      'no-restricted-properties': ['error', noEnvironment],
      'no-restricted-syntax': ['error', oneCalendar, ownMembers],
    },
  },
  {
    files: ['src/platform/config/env-file.ts'],
    rules: { 'no-restricted-properties': 'off' },
  },
  {
    files: ['scripts/**', 'prisma/**', 'bench/**', 'prisma.config.ts', 'web/*.ts'],
    rules: { 'no-console': 'off', 'no-restricted-properties': 'off' },
  },
  {
    files: ['**/*.spec.ts', 'test/**'],
    rules: {
      'max-lines': 'off',
      'max-lines-per-function': 'off',
      'no-restricted-properties': 'off',
      '@typescript-eslint/no-non-null-assertion': 'off',
      '@typescript-eslint/require-await': 'off',
      '@typescript-eslint/unbound-method': 'off',
      '@typescript-eslint/no-extraneous-class': 'off',
      '@typescript-eslint/use-unknown-in-catch-callback-variable': 'off',
    },
  },
  {
    files: ['web/src/**/*.{ts,tsx}'],
    extends: [hooks.configs.flat['recommended-latest']],
    languageOptions: { globals: globals.browser },
    rules: {
      // the router's redirect() is thrown
      '@typescript-eslint/only-throw-error': [
        'error',
        { allow: [{ from: 'package', package: '@tanstack/router-core', name: 'Redirect' }] },
      ],
      'max-lines-per-function': ['error', { max: 80 }],
      // expected where rows are virtual: the React Compiler is not used
      'react-hooks/incompatible-library': 'off',
    },
  },
  // a translation is one file, however long
  { files: ['web/src/texts/*.ts'], rules: { 'max-lines': 'off' } },
  prettier,
);
