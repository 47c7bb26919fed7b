import { resolve } from 'node:path'
import pluginVue from 'eslint-plugin-vue'
import tseslint from 'typescript-eslint'
import { findBreach } from './test/architecture/import-direction.ts'

const source = resolve(import.meta.dirname, 'src')

/** The same table as test/architecture/rooms.ts, shown in the editor while one types. */
const importDirection = {
  meta: { type: 'problem', schema: [] },
  create(context) {
    const check = (node) => {
      if (typeof node.source?.value !== 'string') return
      const breach = findBreach(source, context.filename, node.source.value)
      if (breach) context.report({ node: node.source, message: `${breach} (test/architecture/rooms.ts)` })
    }
    return { ImportDeclaration: check, ExportNamedDeclaration: check, ExportAllDeclaration: check, ImportExpression: check }
  },
}

export default tseslint.config(
  { ignores: ['node_modules', 'out', 'out.*', 'dist', 'coverage', 'test-results', '.cache'] },
  {
    files: ['**/*.ts'],
    extends: [tseslint.configs.strictTypeChecked],
    languageOptions: {
      // The renderer has its own program (DOM, no Node); the others share one.
      parserOptions: { project: ['tsconfig.node.json', 'tsconfig.web.json'], tsconfigRootDir: import.meta.dirname },
    },
    rules: {
      '@typescript-eslint/no-explicit-any': 'error',
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', varsIgnorePattern: '^_', ignoreRestSiblings: true }],
      '@typescript-eslint/consistent-type-imports': 'error',
      // strict + noUncheckedIndexedAccess asks for `!` in index loops over typed arrays; a check there would be noise.
      '@typescript-eslint/no-non-null-assertion': 'off',
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true, allowBoolean: true }],
      '@typescript-eslint/no-confusing-void-expression': ['error', { ignoreArrowShorthand: true, ignoreVoidReturningFunctions: true }],
      // Types say what should come over a wire or out of an array; checking that it did is no mistake.
      '@typescript-eslint/no-unnecessary-condition': 'off',
      '@typescript-eslint/no-meaningless-void-operator': 'off',
      '@typescript-eslint/no-useless-default-assignment': 'off',
      '@typescript-eslint/require-await': 'off',
    },
  },
  {
    files: ['**/*.vue'],
    extends: [tseslint.configs.strict, pluginVue.configs['flat/essential']],
    // After the TypeScript rules, so that the parser of .vue files is Vue's, which hands the scripts on.
    languageOptions: { parserOptions: { parser: tseslint.parser } },
    rules: {
      // vue-tsc checks what these would ask of the parser.
      'no-undef': 'off',
      '@typescript-eslint/no-explicit-any': 'error',
      '@typescript-eslint/no-non-null-assertion': 'off',
      'vue/multi-word-component-names': 'off',
      'vue/no-v-html': 'error',
    },
  },
  {
    files: ['src/**/*.ts', 'src/**/*.vue'],
    plugins: { skiplab: { rules: { 'import-direction': importDirection } } },
    rules: { 'skiplab/import-direction': 'error' },
  },
)
