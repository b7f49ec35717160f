"""One module or package per product, strangers to each other; the composition root puts them behind the ports."""
