"""Raw bytes → `Message`: what a mail says, what kind it is, and who vouches for its sender."""
