import type { Handler, RuntimeData } from './protocol';

/**
 * Finds and loads a function's handler as Lambda's Node.js runtime does, with its errors.
 * Runs in a worker thread from its source text: it uses nothing outside but types.
 */
export async function loadHandler(
  data: RuntimeData,
  load: NodeJS.Require,
  importModule: (file: string) => Promise<unknown>,
): Promise<Handler> {
  const fs = load('node:fs') as typeof import('node:fs');
  const path = load('node:path') as typeof import('node:path');
  const { pathToFileURL } = load('node:url') as typeof import('node:url');
  const loader = load('node:module') as unknown as {
    _resolveFilename(...args: unknown[]): string;
    _extensions: Record<string, (module: { _compile(code: string, file: string): void }, file: string) => void>;
  };

  findAwsSdk();
  ignoreOuterPackages();
  return checkedHandler();

  async function checkedHandler(): Promise<Handler> {
    const { dir, base } = path.posix.parse(data.handler);
    const [, file, names] = /^([^.]*)\.(.*)$/.exec(base) ?? [];
    if (!file || !names || data.handler.includes('..')) throw named('MalformedHandlerName', 'Bad handler');
    let exported = await loadFile(path.resolve(data.root, dir, file));
    for (const name of names.split('.')) exported = (exported as Record<string, unknown> | undefined)?.[name];
    if (!exported) throw named('HandlerNotFound', `${data.handler} is undefined or not exported`);
    if (typeof exported !== 'function') throw named('HandlerNotFound', `${data.handler} is not a function`);
    if (!data.callbacks && exported.length > 2) {
      throw named('CallbackHandlerDeprecated', 'From Node.js 24 on a handler has no callback: make it async');
    }
    return exported as Handler;
  }

  async function loadFile(file: string): Promise<unknown> {
    const extension = ['.js', '.mjs', '.cjs'].find((candidate) => fs.existsSync(file + candidate)) ?? '';
    const found = file + extension;
    try {
      const esm = extension === '.mjs' || (extension === '.js' && isModulePackage(path.dirname(found)));
      return esm ? await importModule(pathToFileURL(found).href) : load(found);
    } catch (error) {
      if (error instanceof SyntaxError) throw named('UserCodeSyntaxError', String(error));
      if ((error as NodeJS.ErrnoException | null)?.code === 'MODULE_NOT_FOUND') {
        throw named('ImportModuleError', String(error));
      }
      throw error;
    }
  }

  /** Lambda's runtime brings the AWS SDK along: here, the one that the user's project has stands for it. */
  function findAwsSdk(): void {
    const resolve = loader._resolveFilename;
    loader._resolveFilename = (request, ...rest) => {
      try {
        return resolve(request, ...rest);
      } catch (error) {
        if (!/^@(aws-sdk|smithy)\//.test(request as string)) throw error;
        return resolve(request, null, false, { paths: [data.sdkRoot] });
      }
    };
  }

  /** On Lambda there is no package.json above the code; here, the user's project may say "type": "module". */
  function ignoreOuterPackages(): void {
    const loadJs = loader._extensions['.js'];
    loader._extensions['.js'] = (module, file) => {
      const inside = file.startsWith(data.root + path.sep);
      if (!inside || isModulePackage(path.dirname(file))) loadJs(module, file);
      else module._compile(fs.readFileSync(file, 'utf8'), file);
    };
  }

  function isModulePackage(folder: string): boolean {
    const manifest = path.join(folder, 'package.json');
    if (fs.existsSync(manifest)) return JSON.parse(fs.readFileSync(manifest, 'utf8')).type === 'module';
    return folder !== data.root && folder !== path.dirname(folder) && isModulePackage(path.dirname(folder));
  }

  function named(name: string, message: string): Error {
    const error = new Error(message);
    error.name = `Runtime.${name}`;
    return error;
  }
}
