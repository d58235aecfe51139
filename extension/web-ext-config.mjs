// What is not part of the extension stays out of the package and of the linter's sight.
export default {
  sourceDir: '.',
  artifactsDir: 'web-ext-artifacts',
  ignoreFiles: [
    'node_modules',
    'node_modules/**',
    'test',
    'test/**',
    'scripts',
    'scripts/**',
    'web-ext-artifacts',
    'web-ext-artifacts/**',
    'package.json',
    'package-lock.json',
    'tsconfig.json',
    'web-ext-config.mjs',
    'README.md',
    'icons/*.svg',
  ],
};
