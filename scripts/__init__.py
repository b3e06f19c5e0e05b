"""The programs behind the Makefile: packaging, the local stack, the operators' tool."""
