import type { ExecutionType, Field } from '../definition';
import type { Expression } from '../query/expression';

/** What a Distributed Map says beyond what each Map says. */
export interface DistributedMap {
  /** The type of the child executions. */
  readonly executionType: ExecutionType;
  /** What the map run's and its children's ARNs are told from others by. */
  readonly label: string;
  readonly reader?: ItemReader;
  readonly batcher?: ItemBatcher;
  readonly writer?: ResultWriter;
  readonly toleratedFailureCount?: Field;
  readonly toleratedFailurePercentage?: Field;
}

/** Where the items are, if not in the state's input. */
export interface ItemReader {
  readonly action: 'getObject' | 'listObjectsV2';
  /** Parameters, or Arguments. */
  readonly parameters: Expression;
  /** What an object holds. None: the objects that are listed are the items themselves. */
  readonly format?: ItemFormat;
  readonly maxItems?: Field;
}

/** What an object that items are read from holds. */
export type ItemFormat =
  /** An array, or what holds one; `pointer` is a JSON pointer to it. */
  | { readonly type: 'JSON'; readonly pointer?: string }
  | { readonly type: 'JSONL' }
  | ({ readonly type: 'CSV' } & CsvFormat)
  /** The manifest of an S3 inventory, which lists objects. */
  | { readonly type: 'MANIFEST' };

/** How a text delimited file is read. */
export interface CsvFormat {
  readonly delimiter: string;
  /** The names of the columns; none where the first row says them. */
  readonly headers?: readonly string[];
}

/** How items are put together, several for each child execution. */
export interface ItemBatcher {
  readonly maxItemsPerBatch?: Field;
  readonly maxInputBytesPerBatch?: Field;
  readonly batchInput?: Expression;
}

/** What becomes of the results. */
export interface ResultWriter {
  /** Where S3 shall keep them; none where they are the state's result themselves. */
  readonly parameters?: Expression;
  readonly transformation: Transformation;
  readonly outputType: 'JSON' | 'JSONL';
}

/** What is written of a child execution: all that is known of it, its output, or the elements of its output. */
export type Transformation = 'NONE' | 'COMPACT' | 'FLATTEN';
