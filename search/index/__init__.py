"""The Elasticsearch index: what it holds, how it is fed, built anew and checked. It holds no truth."""
