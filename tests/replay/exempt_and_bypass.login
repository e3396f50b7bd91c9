# The primary says that the password is enough: an exemption, or an administrator's one-time bypass.
   0       request A alice right id=1     -> check_password A
   0       password exempt A              -> accept A; login accept exempt 1
   1s      request B bob right id=2       -> check_password B
   1s      password bypass B 25=x         -> accept B 25=x; login accept bypass 1

calls 0
