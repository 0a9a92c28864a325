import type * as kms from 'aws-cdk-lib/aws-kms';
import type * as s3 from 'aws-cdk-lib/aws-s3';
import type { IConstruct } from 'constructs';
import { allItems } from './item-place';

/** Where a bucket and what is in it are named by the input of the execution. */
export interface ItemsInBucketOptions {
  /**
   * The name of the bucket: JSONata of the form `{% … %}`, which may say `$input` and `$results`. It has to name the
   * bucket that is given, or one of `otherBuckets`: the role may read no others.
   *
   * @default - the bucket that is given
   */
  readonly bucketName?: string;

  /**
   * The buckets that `bucketName` may name besides the one that is given.
   *
   * @default - none
   */
  readonly otherBuckets?: s3.IBucket[];

  /**
   * What the keys begin with, where an expression gives them: the role may read no others.
   *
   * @default - the whole bucket may be read
   */
  readonly keyPrefix?: string;

  /**
   * How many items are read at most: 1 to 100,000,000.
   *
   * @default - all
   */
  readonly maxItems?: number;
}

/** How a CSV file is read. */
export interface CsvItemsOptions extends ItemsInBucketOptions {
  /**
   * The names of the columns.
   *
   * @default - the first line has them
   */
  readonly headers?: string[];

  /**
   * What separates the columns.
   *
   * @default CsvDelimiter.COMMA
   */
  readonly delimiter?: CsvDelimiter;
}

/**
 * What separates the columns of a CSV file.
 *
 * @see https://docs.aws.amazon.com/step-functions/latest/dg/input-output-itemreader.html
 */
export enum CsvDelimiter {
  COMMA = 'COMMA',
  PIPE = 'PIPE',
  SEMICOLON = 'SEMICOLON',
  SPACE = 'SPACE',
  TAB = 'TAB',
}

/** What keeps the results of a fan-out, those of the items that failed among them. */
export interface IItemResults extends IConstruct {
  /**
   * Where the results are.
   *
   * @default - none: what isn't distributed keeps no failed items
   */
  readonly resultsBucket?: s3.IBucket;

  /** What the keys of the results begin with. */
  readonly resultsPrefix: string;
}

/** What a fan-out reads of S3. */
export interface ItemSource {
  readonly bucket: s3.IBucket;
  readonly options: ItemsInBucketOptions;
  /** The API that reads it. */
  readonly api: 'getObject' | 'listObjectsV2';
  /** The key of the object, or the prefix of the objects; JSONata where it is of the form `{% … %}`. */
  readonly key?: string;
  /** The ASL `ReaderConfig`. */
  readonly config: { readonly [field: string]: unknown };
  /** What, of an object whose key is fixed, has to be read besides it: what other keys begin with. */
  readonly alsoReads?: string;
  readonly encryptionKeys: kms.IKey[];
}

/** How the items of a fan-out look to its step. */
export interface ItemView {
  /** The item: JSONata, which may say `$states.context.Map.Item.Value`. */
  readonly value: string;
  /** What its idempotency key begins with, where the item itself has it: JSONata. */
  readonly key?: string;
}

const VALUE = '$states.context.Map.Item.Value';

/** The items of a fan-out, and whether it is distributed. */
export abstract class Items {
  /**
   * An array, which the execution runs through itself: at most 40 items at once, all in one history.
   *
   * @param array JSONata of the form `{% … %}`, which may say `$input` and `$results`
   * @param atMost how many items there can be at most; synthesis warns where their history would get too long
   */
  public static at(array: string, atMost?: number): Items {
    return new ArrayItems(false, array, atMost);
  }

  /**
   * An array, of which each item (or batch of items) gets an execution of its own.
   *
   * @param array JSONata of the form `{% … %}`, which may say `$input` and `$results`
   */
  public static inputDistributed(array: string): Items {
    return new ArrayItems(true, array);
  }

  /**
   * The objects of a bucket, as S3 lists them: `{ Key, Size, LastModified, ETag, StorageClass }`. The content is for the
   * step to read.
   *
   * @param bucket the bucket
   * @param prefix what their keys begin with; may be JSONata of the form `{% … %}`
   * @param options where the input names the bucket or the prefix
   */
  public static objects(bucket: s3.IBucket, prefix?: string, options: ItemsInBucketOptions = {}): Items {
    return new BucketItems({ bucket, options, api: 'listObjectsV2', key: prefix, config: {} });
  }

  /**
   * The array in a JSON file.
   *
   * @param bucket the bucket
   * @param key the key of the file; may be JSONata of the form `{% … %}`
   * @param options where the input names the bucket or the key
   */
  public static json(bucket: s3.IBucket, key: string, options: ItemsInBucketOptions = {}): Items {
    return new BucketItems({ bucket, options, api: 'getObject', key, config: { InputType: 'JSON' } });
  }

  /**
   * The lines of a file, each of them JSON.
   *
   * @param bucket the bucket
   * @param key the key of the file; may be JSONata of the form `{% … %}`
   * @param options where the input names the bucket or the key
   */
  public static jsonLines(bucket: s3.IBucket, key: string, options: ItemsInBucketOptions = {}): Items {
    return new BucketItems({ bucket, options, api: 'getObject', key, config: { InputType: 'JSONL' } });
  }

  /**
   * The lines of a CSV file, each as `{ <column>: <text>, … }`.
   *
   * @param bucket the bucket
   * @param key the key of the file; may be JSONata of the form `{% … %}`
   * @param options the columns, and where the input names the bucket or the key
   */
  public static csv(bucket: s3.IBucket, key: string, options: CsvItemsOptions = {}): Items {
    const { headers, delimiter = CsvDelimiter.COMMA, ...rest } = options;
    const columns = headers ? { CSVHeaderLocation: 'GIVEN', CSVHeaders: headers } : { CSVHeaderLocation: 'FIRST_ROW' };
    const config = { InputType: 'CSV', CSVDelimiter: delimiter, ...columns };
    return new BucketItems({ bucket, options: rest, api: 'getObject', key, config });
  }

  /**
   * The objects that an S3 Inventory lists.
   *
   * @param bucket the bucket to which the inventory is delivered
   * @param manifest the key of its `manifest.json`; may be JSONata of the form `{% … %}`
   * @param options where the input names the bucket or the manifest
   * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/storage-inventory-location.html
   */
  public static inventory(bucket: s3.IBucket, manifest: string, options: ItemsInBucketOptions = {}): Items {
    // <prefix>/<time>/manifest.json, and beside it <prefix>/data/….
    const alsoReads = `${manifest.split('/').slice(0, -2).concat('data').join('/')}/`;
    return new BucketItems({
      bucket,
      options,
      api: 'getObject',
      key: manifest,
      config: { InputType: 'MANIFEST' },
      alsoReads,
    });
  }

  /**
   * The items that failed in an earlier run of a distributed fan-out, under the idempotency keys that they had then. Start
   * the execution with what that run returned.
   *
   * @param results the fan-out whose items failed
   */
  public static failedItems(results: IItemResults): Items {
    return new FailedItems(results);
  }

  /** Whether each item gets an execution of its own. */
  public abstract readonly distributed: boolean;

  /** @internal */
  public readonly _view: ItemView = { value: VALUE };

  /** @internal The array, where the input has it. */
  public readonly _array?: string;

  /** @internal How many there can be at most, where that is known. */
  public readonly _atMost?: number;

  /** @internal What is read of S3, where the items are there. */
  public readonly _source?: ItemSource;
}

class ArrayItems extends Items {
  constructor(
    public readonly distributed: boolean,
    public override readonly _array: string,
    public override readonly _atMost?: number,
  ) {
    super();
  }
}

class BucketItems extends Items {
  public readonly distributed = true;
  public override readonly _source: ItemSource;

  constructor(source: Omit<ItemSource, 'encryptionKeys'>) {
    super();
    const buckets = [source.bucket, ...(source.options.otherBuckets ?? [])];
    this._source = { ...source, encryptionKeys: buckets.flatMap(({ encryptionKey }) => encryptionKey ?? []) };
  }
}

class FailedItems extends BucketItems {
  public override readonly _view = FAILED_ITEM;

  constructor({ node, resultsBucket: bucket, resultsPrefix }: IItemResults) {
    if (bucket === undefined) {
      throw new Error(`Items.failedItems: ${node.path} is not distributed, and so keeps no failed items`);
    }
    super({
      bucket,
      options: { keyPrefix: resultsPrefix },
      api: 'getObject',
      key: '{% $substringAfter($substringAfter($input.failedItemsUri, "//"), "/") %}',
      config: { InputType: 'JSON' },
    });
  }
}

/** What the child that failed got, of which the item and its key are a part; a batch is again one item. */
const CHILD = `$parse(${VALUE}.Input)`;
const FAILED_ITEM: ItemView = {
  value: `($child := ${CHILD}; $exists($child.Items) ? ${allItems('$child.Items')} : $child.item)`,
  key: `($child := ${CHILD}; $exists($child.Items) ? $child.Items[0].key : $child.key)`,
};
