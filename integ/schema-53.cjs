// The integ runner reads assemblies up to this schema; aws-cdk-lib writes a newer one that differs in nothing it reads.
const { Manifest } = require('@aws-cdk/cloud-assembly-schema');

Manifest.version = () => '53.0.0';
