import { App } from 'aws-cdk-lib';
import { ThumbnailsStack } from './thumbnails-stack';

new ThumbnailsStack(new App(), 'Media');
