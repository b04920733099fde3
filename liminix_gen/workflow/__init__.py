"""From a user's file to built images: the steps that commands share, a file each."""
